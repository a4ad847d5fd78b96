package org.rescuekey.tui.model;

import java.time.Instant;

/** Something that happened in this session. */
public record LogEntry(Instant at, String words) {}
