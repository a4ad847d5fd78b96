package org.rescuekey.plan;

import java.util.List;

/**
 * What was found in the directory of an image set.
 *
 * @param directory where the set's files lie
 * @param images its images, and the files that have an image's name but cannot be read: these may be of the set, too
 * @param begun images in the making, but for those of other sets
 * @param deleting what is left of images whose deletion was cut off
 * @param imageFiles the names of all files that are images by their name, finished or not, of any set; sorted
 * @param names the names of all files
 * @param freeBytes what may still be written there
 */
public record SetSurvey(
        String directory,
        List<ImageFacts> images,
        List<BegunImage> begun,
        List<String> deleting,
        List<String> imageFiles,
        List<String> names,
        long freeBytes) {
    public SetSurvey {
        images = List.copyOf(images);
        begun = List.copyOf(begun);
        deleting = List.copyOf(deleting);
        imageFiles = List.copyOf(imageFiles);
        names = List.copyOf(names);
    }
}
