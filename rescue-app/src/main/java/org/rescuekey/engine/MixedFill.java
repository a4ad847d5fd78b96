package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.RescueException;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Fills a target from an image, but for the volumes that were changed on the way: these come from their views. */
final class MixedFill implements TargetFill {
    private final ImageFill image;
    private final SourceFill views;

    MixedFill(ImageFill image, SourceFill views) {
        this.image = image;
        this.views = views;
    }

    @Override
    public void write(Step step) throws RescueException {
        if (step instanceof Step.CopyStream) {
            views.write(step);
        } else {
            image.write(step);
        }
    }

    @Override
    public boolean isThere(ExtentSet erased) throws RescueException {
        return image.isThere(erased) && views.isThere(erased);
    }

    @Override
    public void writeErased(ExtentSet erased) throws RescueException {
        image.writeErased(erased);
        views.writeErased(erased);
    }

    @Override
    public ExtentSet used(ExtentSet extents) throws RescueException {
        return image.used(extents).union(views.used(extents));
    }

    @Override
    public void readBack() throws RescueException {
        image.readBack();
        views.readBack();
    }

    /** What is written last is of streams that are not changed: a view is finished. */
    @Override
    public List<TableWrite> content(Step.WriteLast step, Extent extent) throws RescueException {
        return new ArrayList<>(image.content(step, extent));
    }

    @Override
    public boolean holdsStart(int stream) throws RescueException {
        return image.holdsStart(stream);
    }

    @Override
    public long totalBytes(Step step) {
        return image.totalBytes(step) + views.totalBytes(step);
    }
}
