/// What macOS has of its own in one piece: sanitizers are built quicker so.

#include "capture/seed-watch.cc"
#include "capture/surface-copier.cc"
#include "capture/surface-encoder.cc"
#include "capture/surface-source.cc"
#include "encode/compression-session.cc"
#include "encode/core-foundation.cc"
#include "encode/frame-pacer.cc"
#include "encode/pixel-buffer-pool.cc"
#include "encode/pixel-conversion-plain.cc"
#include "encode/rendition-schedule.cc"
#include "encode/sps.cc"
#include "encode/videotoolbox-encoder.cc"
