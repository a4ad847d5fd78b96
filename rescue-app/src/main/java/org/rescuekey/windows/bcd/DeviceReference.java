package org.rescuekey.windows.bcd;

/**
 * A place where an element of a boot store names a partition. Immutable.
 *
 * @param element the element
 * @param locator the partition, and where in the element's data it is named
 */
public record DeviceReference(DeviceElement element, PartitionLocator locator) {}
