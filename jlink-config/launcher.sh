#!/bin/sh
# Rescue Key: starts the program on the runtime that lies beside it. JAVA_TOOL_OPTIONS and the like
# are left out on purpose: the program runs with the options it was tested with.
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# Names of files are bytes to the kernel and UTF-8 to people, whatever the locale: Java takes them as the locale says.
RESCUEKEY_LOCALE=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}
LC_ALL=C.UTF-8
export RESCUEKEY_LOCALE LC_ALL
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH
exec "$home/runtime/bin/java" "@$home/jvm.options" \
  -XX:SharedArchiveFile="$home/rescuekey.jsa" \
  -Djna.boot.library.path="$home/native" \
  -DZstdNativePath="$home/native/libzstd-jni.so" \
  -jar "$home/lib/rescue-app.jar" "$@"
