package org.rescuekey.engine;

/**
 * What views of volumes are changed with.
 *
 * @param resizers change the sizes of file systems
 * @param rooms keep what was changed
 */
public record ViewTools(VolumeResizer.Finder resizers, OverlayRoom.Rooms rooms) {}
