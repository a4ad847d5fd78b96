/** The image file: records, header, footer, the writer, the reader, verify and recover. Level 2. */
@NullMarked
package org.rescuekey.image.container;

import org.jspecify.annotations.NullMarked;
