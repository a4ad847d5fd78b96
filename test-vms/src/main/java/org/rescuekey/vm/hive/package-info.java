/** Registry hives, written from a tree of keys: the stand-in's boot store and SYSTEM hive. */
@NullMarked
package org.rescuekey.vm.hive;

import org.jspecify.annotations.NullMarked;
