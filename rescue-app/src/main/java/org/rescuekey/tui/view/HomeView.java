package org.rescuekey.tui.view;

import java.util.List;
import java.util.Locale;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.tui.model.DiskPicture;
import org.rescuekey.tui.model.HomeItem;
import org.rescuekey.tui.model.HomeScreen;
import org.rescuekey.tui.model.Load;
import org.rescuekey.tui.model.Model;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.model.Tone;

/** Draws Home: what can be done above, the disks below. */
final class HomeView {
    private static final int LABEL_COLUMNS = 12;

    private HomeView() {}

    static void draw(Canvas canvas, Model model, HomeScreen home) {
        int row = Canvas.TOP;
        List<HomeItem> items = HomeItem.of(model);
        for (int i = 0; i < items.size(); i++) {
            item(canvas, row++, model, items.get(i), i == home.selected());
        }
        if (model.isJobRunning()) {
            row = RunView.summary(canvas, row, model);
        }
        if (model.machine() instanceof Load.Ready<Machine>(Machine machine)) {
            // The blank row goes before a disk does.
            int rows = machine.disks().size() * PictureView.Detail.LEAST.rows();
            int blank = rows == canvas.bottom() - row ? 0 : 1;
            disks(canvas, row + blank, machine.disks(), home.firstDisk());
        } else {
            Waiting.draw(canvas, row + 1, model, model.machine());
        }
    }

    private static void item(Canvas canvas, int row, Model model, HomeItem item, boolean marked) {
        boolean disabled = !item.disabledReason(model).isEmpty();
        String letter = String.valueOf(item.letter()).toUpperCase(Locale.ROOT);
        String label = disabled ? "(" + item.label() + ")" : item.label();
        String text = letter + "  " + Text.pad(label, LABEL_COLUMNS) + item.words();
        canvas.choice(row, marked, disabled ? Tone.DIM : Tone.PLAIN, text);
        if (!marked && !disabled) {
            canvas.put(Canvas.MARGIN + 2, row, Tone.ACCENT, letter);
            canvas.put(Canvas.MARGIN + 5, row, Tone.STRONG, label);
        }
    }

    private static void disks(Canvas canvas, int firstRow, List<DiskInfo> disks, int first) {
        if (disks.isEmpty()) {
            canvas.line(firstRow, Tone.WARNING, "No disk was found. Plug one in and press U to look again.");
            return;
        }
        int rows = canvas.bottom() - firstRow;
        int from = Math.min(first, disks.size() - 1);
        // Blank rows between the disks go before details do.
        PictureView.Detail detail = PictureView.Detail.fitting(disks.size(), rows + disks.size() - 1);
        boolean tight = disks.size() * (detail.rows() + 1) - 1 > rows;
        int row = firstRow;
        for (int i = from; i < disks.size(); i++) {
            int below = i == disks.size() - 1 ? 0 : 1;
            if (row + detail.rows() + below > canvas.bottom()) {
                int left = disks.size() - i;
                String more = left == 1 ? "1 more disk" : left + " more disks";
                canvas.line(canvas.bottom() - 1, Tone.DIM, more + ": PgDn");
                return;
            }
            row = PictureView.draw(canvas, row, DiskPicture.of(disks.get(i)), detail) + (tight ? 0 : 1);
        }
    }
}
