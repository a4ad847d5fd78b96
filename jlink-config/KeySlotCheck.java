import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import org.rescuekey.crypto.Argon2Settings;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;

/** Makes and opens a key slot on the trimmed runtime: its heap is large enough, and no class of Bouncy Castle is missing. */
final class KeySlotCheck {
    private KeySlotCheck() {}

    public static void main(String[] arguments) throws Exception {
        SecureRandom random = new SecureRandom();
        Argon2Settings settings = Argon2Settings.STANDARD;
        try (DataKey key = DataKey.random(random);
                Password password = Password.ofBytes("smoke".getBytes(StandardCharsets.UTF_8))) {
            KeySlots slots = KeySlots.create(key, password, settings, Instant.EPOCH, random);
            long start = System.nanoTime();
            slots.unlock(password).key().close();
            System.out.println("a key slot opens in " + (System.nanoTime() - start) / 1_000_000 + " ms: " + settings);
        }
    }
}
