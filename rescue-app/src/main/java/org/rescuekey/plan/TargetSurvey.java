package org.rescuekey.plan;

import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.partition.TableReading;

/**
 * What was read of a target before a restore is planned.
 *
 * @param disk the disk
 * @param table its present partition table
 * @param holdsImage the image to be restored lies on it
 */
public record TargetSurvey(DiskInfo disk, TableReading table, boolean holdsImage) {}
