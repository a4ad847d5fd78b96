/** Everything native or external, one package for each operating system. */
@NullMarked
package org.rescuekey.platform;

import org.jspecify.annotations.NullMarked;
