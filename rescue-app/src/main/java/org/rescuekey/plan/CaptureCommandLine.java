package org.rescuekey.plan;

import java.util.Locale;

/** A request to capture as it is typed. Pure. */
final class CaptureCommandLine {
    private CaptureCommandLine() {}

    static String of(Request.Capture request) {
        StringBuilder line = new StringBuilder("rescuekey capture ");
        line.append(Shell.quote(request.source())).append(" --to ").append(Shell.quote(request.place()));
        request.otherPlaces().forEach(place -> line.append(" --to ").append(Shell.quote(place)));
        request.partitions().forEach(number -> line.append(" --partition ").append(number));
        if (request.kind() != Request.Kind.AUTO) {
            line.append(" --kind ").append(request.kind().name().toLowerCase(Locale.ROOT));
        }
        if (!request.into().isEmpty()) {
            line.append(" --into ").append(Shell.quote(request.into()));
        }
        if (request.partBytes() > 0) {
            line.append(" --split ").append(request.partBytes());
        }
        if (!request.resume()) {
            line.append(" --no-resume");
        }
        line.append(" --level ").append(request.isAdaptive() ? "auto" : request.level());
        if (request.encrypt()) {
            line.append(" --encrypt");
        }
        if (request.coverage() == Coverage.ALL) {
            line.append(" --exact");
        } else if (request.coverage() == Coverage.USED) {
            line.append(" --page-files");
        }
        if (!request.verify()) {
            line.append(" --no-verify");
        }
        return line.toString();
    }
}
