package org.rescuekey.vm.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** QEMU's machine protocol over its socket: one command after another, each answered. One thread. */
final class Qmp implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final SocketChannel socket;
    private final BufferedReader answers;

    Qmp(SocketChannel socket) throws IOException {
        this.socket = socket;
        this.answers = new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8));
        readLine();
        execute("qmp_capabilities", Map.of());
    }

    JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
        send(command, arguments);
        while (true) {
            JsonNode answer = json.readTree(readLine());
            if (answer.has("error")) {
                throw new IOException(
                        command + ": " + answer.path("error").path("desc").asText());
            }
            if (answer.has("return")) {
                return answer.path("return");
            }
        }
    }

    /** Sends without waiting: what ends the machine may not be answered. */
    void send(String command, Map<String, ?> arguments) throws IOException {
        Map<String, Object> request = new HashMap<>();
        request.put("execute", command);
        request.put("arguments", arguments);
        ByteBuffer bytes = ByteBuffer.wrap(json.writeValueAsBytes(request));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private String readLine() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the machine has ended");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
