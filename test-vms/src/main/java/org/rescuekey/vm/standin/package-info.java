/** The stand-in Windows PC: a disk built by recipe from Debian packages and generated content. */
@NullMarked
package org.rescuekey.vm.standin;

import org.jspecify.annotations.NullMarked;
