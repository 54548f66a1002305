/// For thread-check. Its own file, as gyp has one object for a source outside of its folder, whatever the flags.
#include "fault-point.cc"
