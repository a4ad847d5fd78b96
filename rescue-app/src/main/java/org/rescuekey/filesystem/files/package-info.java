/** Files found on a volume by path, and where their bytes stand on it: the answer, and what the families share to find it. */
@NullMarked
package org.rescuekey.filesystem.files;

import org.jspecify.annotations.NullMarked;
