package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageReference;
import org.rescuekey.units.Extent;

/**
 * Proves that an image can be restored, or names what cannot. Quick reads header, description, footer and the whole
 * index, and works without the key of an encrypted image; full reads, decodes and hashes every block as well. A failing device ends a verification by an exception: that
 * is not damage.
 *
 * <p>Thread rule: confined to one thread.
 */
public final class ImageVerifier implements AutoCloseable {
    private final ImageReader reader;
    private final BlockDecoder decoder;
    private final ByteBuffer stored;
    private final ByteBuffer plain;

    public ImageVerifier(ImageReader reader) {
        this.reader = reader;
        BlockSize blockSize = reader.header().blockSize();
        decoder = new BlockDecoder(reader);
        stored = ByteBuffer.allocateDirect(EncodedBlock.bufferBytes(blockSize));
        plain = ByteBuffer.allocateDirect(blockSize.bytes());
    }

    /** Checks what an image holds several times: the header and the description. */
    public List<Damage> copies() throws RescueException {
        List<Damage> damages = new ArrayList<>();
        reader.input().losses().forEach(loss -> damages.add(new Damage.Structure(loss)));
        reader.repairs().forEach(repair -> damages.add(new Damage.Structure(repair)));
        checkHeaderCopies(damages);
        return damages;
    }

    /** Checks all that is not blocks. */
    public List<Damage> quick() throws RescueException {
        List<Damage> damages = copies();
        checkPages(damages);
        return damages;
    }

    /**
     * Checks everything.
     *
     * @param progress is told each block before it is checked, and may throw an unchecked exception to end the check
     */
    public List<Damage> full(Consumer<BlockEntry> progress) throws RescueException {
        List<Damage> damages = quick();
        for (ImageDescription.Stream stream : reader.description().streams()) {
            for (PageReference reference : reader.directory().pagesOf(stream.id())) {
                checkBlocks(reference, progress, damages);
            }
        }
        return damages;
    }

    /** Checks one block by reading and decoding it; returns null if it is whole. */
    public @Nullable Damage check(BlockEntry entry) throws RescueException {
        try {
            reader.readStored(entry, stored.clear());
            decoder.decode(entry, stored, plain);
            return null;
        } catch (IntegrityException e) {
            return blocks(e, entry.stream(), entry.block(), entry.block());
        }
    }

    private void checkBlocks(PageReference reference, Consumer<BlockEntry> progress, List<Damage> damages)
            throws RescueException {
        IndexPage page;
        try {
            page = reader.page(reference);
        } catch (IntegrityException | MalformedDataException _) {
            return;
        }
        for (BlockEntry entry : page.entries()) {
            progress.accept(entry);
            Damage damage = check(entry);
            if (damage != null) {
                damages.add(damage);
            }
        }
    }

    private void checkPages(List<Damage> damages) throws RescueException {
        TotalsCounter totals = new TotalsCounter(reader.header().blockSize());
        boolean isWhole = true;
        for (PageReference reference : reader.directory().pages()) {
            try {
                IndexPage page = reader.page(reference);
                page.entries().forEach(totals::add);
            } catch (IntegrityException | MalformedDataException e) {
                isWhole = false;
                damages.add(pageDamage(reference, e));
            }
        }
        if (isWhole && !totals.totals().equals(reader.totals())) {
            damages.add(new Damage.Structure("The footer of " + reader.name() + " states other totals than the index"));
        }
    }

    private Damage pageDamage(PageReference reference, RescueException e) {
        if (reader.isLocked()) {
            return new Damage.Structure(String.valueOf(e.getMessage()));
        }
        ImageDescription.Stream stream =
                reader.description().stream(reference.stream()).orElse(null);
        if (stream == null) {
            return new Damage.Structure("The index of " + reader.name() + " lists blocks of a stream "
                    + reference.stream() + " that the image does not describe");
        }
        long blocks = reader.header().blockSize().blocksIn(stream.sizeBytes());
        long last = Math.min(blocks, reference.firstBlock() + IndexPage.BLOCKS) - 1;
        long first = Math.min(reference.firstBlock(), last);
        return blocks(e, reference.stream(), first, last);
    }

    private Damage blocks(RescueException e, int stream, long first, long last) {
        Extent onDisk = reader.onDisk(stream, first, last);
        return new Damage.Blocks(String.valueOf(e.getMessage()), stream, first, last, onDisk);
    }

    private void checkHeaderCopies(List<Damage> damages) throws RescueException {
        Hash expected = reader.opened().headerHash();
        long footerCopy = reader.input().sizeBytes() - HeaderCodec.BYTES;
        for (long offset : new long[] {0, HeaderCodec.BYTES, footerCopy}) {
            byte[] bytes = OpenedImage.readBytes(reader.input(), offset, HeaderCodec.BYTES);
            String damage = "The header of " + reader.name() + " at offset " + offset + " is damaged";
            boolean isKnown = reader.repairs().stream().anyMatch(repair -> repair.startsWith(damage));
            if (!isKnown && !Sha256.of(bytes).equals(expected)) {
                damages.add(new Damage.Structure(hasOldSlots(bytes, offset) ? oldSlots(offset) : damage));
            }
        }
    }

    private boolean hasOldSlots(byte[] bytes, long offset) throws RescueException {
        try {
            return reader.header().hasNewerSlots(HeaderCodec.decode(reader.name(), offset, bytes));
        } catch (MalformedDataException _) {
            return false;
        }
    }

    private String oldSlots(long offset) {
        return "The header of " + reader.name() + " at offset " + offset
                + " has key slots from before the last change of"
                + " passwords, which was cut off: change, add or list the keys to finish it";
    }

    @Override
    public void close() {
        decoder.close();
    }
}
