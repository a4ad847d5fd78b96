package org.rescuekey.engine;

import java.util.List;

/**
 * How a job's work ended, before it becomes a report.
 *
 * @param state the end
 * @param headline the one-line truth
 * @param details a sentence each
 * @param nextSteps a sentence each
 * @param resultPath the image or target; empty if there is none
 */
record Outcome(JobState state, String headline, List<String> details, List<String> nextSteps, String resultPath) {}
