/// For AddressSanitizer. Its own file, as gyp has one object for a source outside of its folder, whatever the flags.
#include "whole-core.cc"
