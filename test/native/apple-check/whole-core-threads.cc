/// For ThreadSanitizer; see whole-core-memory.cc.
#include "whole-core.cc"
