/**
 * Keys and ciphers of encrypted images: passwords, key slots, the data key of an image set and what is derived from it.
 * Bytes to bytes: no files, no clock; randomness comes in as an argument. Level 1. docs/format.md, section Encryption, is the
 * authority.
 */
@NullMarked
package org.rescuekey.crypto;

import org.jspecify.annotations.NullMarked;
