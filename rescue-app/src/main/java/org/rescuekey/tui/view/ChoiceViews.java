package org.rescuekey.tui.view;

import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.PlanResult.Refused;
import org.rescuekey.tui.model.DiskPicture;
import org.rescuekey.tui.model.DiskScreen;
import org.rescuekey.tui.model.Load;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.PartitionScreen;
import org.rescuekey.tui.model.PlaceScreen;
import org.rescuekey.tui.model.Purpose;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Tone;
import org.rescuekey.units.ByteCount;

/** Draws the screens on which one of several things is chosen: a list above, and below it more of the marked one. */
final class ChoiceViews {
    /** The rows below a list that tell more of its marked line. */
    private static final int DETAIL_ROWS = 9;

    private ChoiceViews() {}

    static void disks(Canvas canvas, Model model, DiskScreen screen) {
        List<DiskInfo> disks = screen.disks(model);
        if (disks.isEmpty()) {
            Waiting.draw(canvas, Canvas.TOP, model, model.machine());
            if (model.machine() instanceof Load.Ready) {
                canvas.line(Canvas.TOP, Tone.WARNING, "No disk was found. Plug one in and press U to look again.");
            }
            return;
        }
        DiskInfo marked = screen.selected(model).orElse(disks.getFirst());
        int row = list(canvas, disks.size(), disks.indexOf(marked), index -> {
            DiskInfo disk = disks.get(index.item());
            String mark = screen.role().refusalMark(disk);
            String right = mark.isEmpty() ? "" : "  (" + mark + ")";
            int wide = Math.max(10, canvas.columns() - 2 - right.length());
            String text = Text.pad(DiskPicture.of(disk).title(wide), wide) + right;
            canvas.choice(index.row(), disk.equals(marked), mark.isEmpty() ? Tone.PLAIN : Tone.DIM, text);
        });
        List<String> notes = screen.role().notes();
        int noteRows = notes.isEmpty() ? 0 : notes.size() + 1;
        int next = PictureView.draw(
                canvas,
                row + 1,
                DiskPicture.of(marked),
                PictureView.Detail.fitting(1, canvas.bottom() - row - 4 - noteRows));
        Optional<Refused> refusal = screen.role().refusal(marked);
        if (refusal.isPresent()) {
            next = canvas.paragraph(next + 1, Tone.WARNING, refusal.get().reason(), 2);
            next = canvas.paragraph(next, Tone.PLAIN, refusal.get().remedy(), 1);
        }
        for (int i = 0; i < notes.size() && next + 1 + i < canvas.bottom(); i++) {
            canvas.line(next + 1 + i, Tone.PLAIN, notes.get(i));
        }
    }

    static void partitions(Canvas canvas, PartitionScreen screen) {
        DiskInfo disk = screen.choice().source();
        int row = PictureView.draw(canvas, Canvas.TOP, DiskPicture.of(disk), new PictureView.Detail(true, 1));
        List<PartitionInfo> partitions = disk.partitions();
        List<DiskPicture.Part> parts = DiskPicture.of(disk).parts();
        int rows = Math.max(1, canvas.bottom() - row - 4);
        int first = firstShown(screen.selected(), partitions.size(), rows);
        int next = row + 1;
        for (int i = first; i < Math.min(partitions.size(), first + rows); i++) {
            int number = partitions.get(i).number();
            String tick = screen.choice().partitions().contains(number) ? "[x] " : "[ ] ";
            String text = parts.stream()
                    .filter(part -> part.number() == number)
                    .findFirst()
                    .map(ChoiceViews::part)
                    .orElse(number + " " + partitions.get(i).partition().typeName());
            next = canvas.choice(next, i == screen.selected(), Tone.PLAIN, tick + text);
        }
        long most = screen.choice().mostBytes();
        String how = screen.choice().coverageWords() + ", ";
        boolean all = screen.choice().partitions().size() == partitions.size();
        String what = all
                ? "The whole disk"
                : screen.choice().partitions().size() + " of " + partitions.size() + " partitions";
        next = canvas.line(next + 1, Tone.PLAIN, what + ": " + how + "at most " + ByteCount.text(most) + " to read.");
        if (!screen.choice().inUse().isEmpty()) {
            next = canvas.paragraph(next, Tone.WARNING, screen.choice().inUse(), 2);
        }
        String state = screen.stateOfSelected();
        if (!state.isEmpty() && next < canvas.bottom()) {
            canvas.paragraph(next, Tone.WARNING, Text.clean(state), canvas.bottom() - next);
        }
    }

    private static String part(DiskPicture.Part part) {
        String badges = part.badges().isEmpty() ? "" : "  [" + String.join(", ", part.badges()) + "]";
        return Text.pad(Text.clean(part.caption()), 26) + part.figures() + badges;
    }

    static void places(Canvas canvas, Model model, PlaceScreen screen) {
        if (!(screen.places() instanceof Load.Ready<List<Place>>(List<Place> places))) {
            Waiting.draw(canvas, Canvas.TOP, model, screen.places());
            return;
        }
        if (places.isEmpty()) {
            int row = canvas.line(Canvas.TOP, Tone.WARNING, "No place was found where an image could be.");
            canvas.paragraph(
                    row,
                    Tone.PLAIN,
                    "Plug in a disk with a file system, or mount a share in the shell, and" + " press U to look again.",
                    3);
            return;
        }
        int row = list(canvas, places.size(), screen.selected(), index -> {
            Place place = places.get(index.item());
            boolean refused = screen.purpose().refusal(place).isPresent();
            String space = place.freeBytes() == 0 && place.sizeBytes() == 0
                    ? "size not known"
                    : place.freeBytes() == 0 && !place.mounted()
                            ? ByteCount.text(place.sizeBytes())
                            : ByteCount.text(place.freeBytes()) + " free of " + ByteCount.text(place.sizeBytes());
            int wide = Math.max(10, canvas.columns() - 2 - 8 - 28);
            String text = Text.pad(Text.clean(place.label()), wide) + "  " + Text.pad(place.fileSystem(), 8)
                    + Text.padLeft(refused ? "(the disk to back up)" : space, 26);
            canvas.choice(index.row(), index.item() == screen.selected(), refused ? Tone.DIM : Tone.PLAIN, text);
        });
        Place marked = places.get(screen.selected());
        String state = marked.mounted() ? "The folder " + marked.path() + "." : marked.path() + ", opened when chosen.";
        int next = canvas.line(row + 1, Tone.PLAIN, state);
        screen.purpose().refusal(marked).ifPresent(no -> canvas.paragraph(next, Tone.WARNING, no, 2));
        if (screen.purpose() instanceof Purpose.BackUp backUp
                && screen.purpose().refusal(marked).isEmpty()) {
            int below = canvas.line(next, Tone.PLAIN, backUp.kindWords());
            below = canvas.line(below, Tone.PLAIN, backUp.encryptionWords());
            need(canvas, below, backUp, marked);
        }
    }

    private static void need(Canvas canvas, int row, Purpose.BackUp backUp, Place place) {
        String need = "The image needs at most " + ByteCount.text(backUp.mostBytes())
                + ", usually a third to a half less by compression.";
        int next = canvas.paragraph(row, Tone.PLAIN, need, 2);
        if (place.freeBytes() > 0 && place.freeBytes() < backUp.mostBytes()) {
            canvas.line(next, Tone.WARNING, "It may not fit here.");
        }
    }

    private record Row(int item, int row) {}

    private interface RowDrawer {
        void draw(Row row);
    }

    /** Draws those lines of a list that fit, the marked one among them; returns the row below. */
    private static int list(Canvas canvas, int count, int selected, RowDrawer drawer) {
        int rows = Math.max(1, Math.min(count, canvas.size().bodyRows() - DETAIL_ROWS));
        int first = firstShown(selected, count, rows);
        for (int i = 0; i < rows; i++) {
            drawer.draw(new Row(first + i, Canvas.TOP + i));
        }
        if (count > rows) {
            canvas.put(canvas.size().columns() - 2, Canvas.TOP + rows - 1, Tone.DIM, first + rows < count ? "+" : " ");
        }
        return Canvas.TOP + rows;
    }

    static int firstShown(int selected, int count, int rows) {
        return Math.clamp(selected - rows / 2L, 0, Math.max(0, count - rows));
    }
}
