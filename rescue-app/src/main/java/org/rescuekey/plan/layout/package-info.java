/** Where the partitions of a disk go on a target of another size, and under which identities. Pure. */
@NullMarked
package org.rescuekey.plan.layout;

import org.jspecify.annotations.NullMarked;
