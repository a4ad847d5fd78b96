package org.rescuekey.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.windows.ByteEdit;

/**
 * A short SHA-256 over all that a plan says: every field with its length before it, every extent, every byte of a table.
 * Not for use by several threads.
 */
final class PlanDigest {
    private static final int DIGEST_BYTES = 8;

    private final MessageDigest sha256;

    private PlanDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Sixteen hex digits. */
    static String of(Plan plan) {
        PlanDigest digest = new PlanDigest();
        digest.text(plan.kind().name());
        digest.text(plan.title());
        digest.number(plan.preconditions().size());
        plan.preconditions().forEach(condition -> digest.text(condition.toString()));
        digest.number(plan.steps().size());
        plan.steps().forEach(digest::step);
        digest.number(plan.effects().size());
        plan.effects().forEach(effect -> digest.text(effect.toString()));
        digest.number(plan.bytesToRead());
        digest.number(plan.bytesToWrite());
        digest.text(plan.commandLine());
        digest.text(plan.overwrites().toString());
        return HexFormat.of().formatHex(digest.sha256.digest(), 0, DIGEST_BYTES);
    }

    /** The text of a step abbreviates long sets of extents and leaves out the bytes of tables; here they count. */
    private void step(Step step) {
        text(step.toString());
        switch (step) {
            case Step.ReadStream read -> stream(read);
            case Step.CopyStream copy -> {
                stream(copy.read());
                extents(copy.leaveOut());
            }
            case Step.Discard discard -> extents(discard.extents());
            case Step.Erase erase -> extents(erase.extents());
            case Step.WriteStream write -> extents(write.leaveOut());
            case Step.WriteLast write -> extents(write.extents());
            case Step.WriteTable table -> {
                for (TableWrite write : table.writes()) {
                    number(write.offsetBytes());
                    bytes(write.bytes());
                }
            }
            case AdaptVolume adapt -> adapt.edits().forEach(this::edits);
            case CopyAdapted ignored -> {}
            case Step.StoreImage ignored -> {}
            case Step.AlsoStore ignored -> {}
            case Step.VerifyImage ignored -> {}
            case Step.FindDamage ignored -> {}
            case Step.ReadBack ignored -> {}
            case Step.MergeImages ignored -> {}
            case Step.DeleteImages ignored -> {}
            case Step.CopyFile ignored -> {}
        }
    }

    private void edits(VolumeEdit edit) {
        text(edit.path());
        for (ByteEdit each : edit.edits()) {
            number(each.offsetBytes());
            bytes(each.before());
            bytes(each.after());
        }
    }

    private void stream(Step.ReadStream read) {
        extents(read.used());
        extents(read.leftOut());
        extents(read.knownBad());
    }

    private void extents(ExtentSet extents) {
        number(extents.size());
        for (Extent extent : extents) {
            number(extent.start());
            number(extent.length());
        }
    }

    private void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] bytes) {
        number(bytes.length);
        sha256.update(bytes);
    }

    private void number(long number) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }
}
