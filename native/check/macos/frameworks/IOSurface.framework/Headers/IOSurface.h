#pragma once

// Declarations of IOSurface for compiling where Apple's SDK is not: what this project uses, written by hand from
// https://developer.apple.com/documentation/iosurface. On a Mac the SDK's own headers take their place.

#include <CoreFoundation/CoreFoundation.h>

#if defined(__APPLE__)
#include <mach/kern_return.h>
#else
typedef int kern_return_t;
#endif

CF_EXTERN_C_BEGIN

typedef struct CF_BRIDGED_TYPE(id) __IOSurface* IOSurfaceRef;
typedef UInt32 IOSurfaceID;
typedef UInt32 IOSurfaceLockOptions;

enum {
	kIOSurfaceLockReadOnly = 0x00000001,
	kIOSurfaceLockAvoidSync = 0x00000002
};

extern const CFStringRef kIOSurfaceWidth;
extern const CFStringRef kIOSurfaceHeight;
extern const CFStringRef kIOSurfaceBytesPerElement;
extern const CFStringRef kIOSurfaceBytesPerRow;
extern const CFStringRef kIOSurfacePixelFormat;

CFTypeID IOSurfaceGetTypeID(void);
CF_RETURNS_RETAINED IOSurfaceRef IOSurfaceCreate(CFDictionaryRef properties);
CF_RETURNS_RETAINED IOSurfaceRef IOSurfaceLookup(IOSurfaceID csid);
IOSurfaceID IOSurfaceGetID(IOSurfaceRef buffer);

/// `seed` may be NULL; it is changed to the surface's seed at that moment.
kern_return_t IOSurfaceLock(IOSurfaceRef buffer, IOSurfaceLockOptions options, uint32_t* seed);
kern_return_t IOSurfaceUnlock(IOSurfaceRef buffer, IOSurfaceLockOptions options, uint32_t* seed);
/// Goes up whenever what the surface shows may have changed.
uint32_t IOSurfaceGetSeed(IOSurfaceRef buffer);

size_t IOSurfaceGetWidth(IOSurfaceRef buffer);
size_t IOSurfaceGetHeight(IOSurfaceRef buffer);
size_t IOSurfaceGetBytesPerRow(IOSurfaceRef buffer);
size_t IOSurfaceGetAllocSize(IOSurfaceRef buffer);
void* IOSurfaceGetBaseAddress(IOSurfaceRef buffer);
OSType IOSurfaceGetPixelFormat(IOSurfaceRef buffer);

/// While a surface is used, its owner does not take it back for another picture.
void IOSurfaceIncrementUseCount(IOSurfaceRef buffer);
void IOSurfaceDecrementUseCount(IOSurfaceRef buffer);
Boolean IOSurfaceIsInUse(IOSurfaceRef buffer);

CF_EXTERN_C_END
