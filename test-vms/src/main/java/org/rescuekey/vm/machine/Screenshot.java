package org.rescuekey.vm.machine;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Turns QEMU's picture of a screen (PPM, 8 bits a colour) into a PNG. */
final class Screenshot {
    private Screenshot() {}

    static void toPng(Path ppm, Path png) throws IOException {
        byte[] bytes = Files.readAllBytes(ppm);
        int[] fields = new int[3];
        int at = 2;
        for (int i = 0; i < fields.length; i++) {
            int start = at + 1;
            at = start;
            while (bytes[at] > ' ') {
                at++;
            }
            fields[i] = Integer.parseInt(new String(bytes, start, at - start, StandardCharsets.US_ASCII));
        }
        BufferedImage image = new BufferedImage(fields[0], fields[1], BufferedImage.TYPE_INT_RGB);
        at++;
        for (int y = 0; y < fields[1]; y++) {
            for (int x = 0; x < fields[0]; x++, at += 3) {
                image.setRGB(x, y, ((bytes[at] & 0xFF) << 16) | ((bytes[at + 1] & 0xFF) << 8) | (bytes[at + 2] & 0xFF));
            }
        }
        ImageIO.write(image, "png", png.toFile());
    }
}
