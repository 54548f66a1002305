#pragma once

// Declarations of IOSurface for compiling where Apple's SDK is not: what this project uses, written by hand from
// https://developer.apple.com/documentation/iosurface. On a Mac the SDK's own headers take their place.

#include <CoreFoundation/CoreFoundation.h>

CF_EXTERN_C_BEGIN

typedef struct CF_BRIDGED_TYPE(id) __IOSurface* IOSurfaceRef;

/// Goes up whenever what the surface shows may have changed.
uint32_t IOSurfaceGetSeed(IOSurfaceRef buffer);

size_t IOSurfaceGetWidth(IOSurfaceRef buffer);
size_t IOSurfaceGetHeight(IOSurfaceRef buffer);

CF_EXTERN_C_END
