package org.rescuekey.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.Plan;

/** A plan as one line of JSON, as events are. */
final class PlanJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private PlanJson() {}

    static String line(Plan plan) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("event", "plan")
                .put("job", plan.kind().name().toLowerCase(Locale.ROOT))
                .put("title", plan.title())
                .put("digest", plan.digest())
                .put("bytesToRead", plan.bytesToRead())
                .put("bytesToWrite", plan.bytesToWrite())
                .put("overwrites", plan.overwrites().path())
                .put("commandLine", plan.commandLine());
        ArrayNode steps = node.putArray("steps");
        plan.steps().forEach(step -> steps.add(step.words()));
        ArrayNode effects = node.putArray("effects");
        for (Effect effect : plan.effects()) {
            effects.addObject()
                    .put("kind", effect.kind().name().toLowerCase(Locale.ROOT))
                    .put("words", effect.words());
        }
        ArrayNode preconditions = node.putArray("preconditions");
        plan.preconditions().forEach(condition -> preconditions.add(condition.words()));
        return node.toString();
    }
}
