#pragma once

// Declarations of CoreGraphics for compiling where Apple's SDK is not: what this project uses, written by hand from
// https://developer.apple.com/documentation/coregraphics. On a Mac the SDK's own headers take their place.

#include <CoreFoundation/CoreFoundation.h>
#include <CoreGraphics/CGGeometry.h>

CF_EXTERN_C_BEGIN

typedef struct CGDataProvider* CGDataProviderRef;
typedef struct CGPDFDocument* CGPDFDocumentRef;
typedef struct CGPDFPage* CGPDFPageRef;
typedef struct CGColorSpace* CGColorSpaceRef;
typedef struct CGContext* CGContextRef;

typedef enum { kCGPDFMediaBox = 0 } CGPDFBox;
typedef enum { kCGImageAlphaPremultipliedLast = 1 } CGImageAlphaInfo;
enum { kCGBitmapByteOrder32Big = 4 << 12 };

extern const CFStringRef kCGColorSpaceSRGB;

CF_RETURNS_RETAINED CGDataProviderRef CGDataProviderCreateWithFilename(const char* filename);

CF_RETURNS_RETAINED CGPDFDocumentRef CGPDFDocumentCreateWithProvider(CGDataProviderRef provider);
/// Pages count from 1; the page lives as long as its document.
CGPDFPageRef CGPDFDocumentGetPage(CGPDFDocumentRef document, size_t pageNumber);
CGRect CGPDFPageGetBoxRect(CGPDFPageRef page, CGPDFBox box);

CF_RETURNS_RETAINED CGColorSpaceRef CGColorSpaceCreateWithName(CFStringRef name);

/// With data of the caller's, which must stay while the context does.
CF_RETURNS_RETAINED CGContextRef CGBitmapContextCreate(void* data, size_t width, size_t height, size_t bitsPerComponent,
	size_t bytesPerRow, CGColorSpaceRef space, uint32_t bitmapInfo);
void CGContextScaleCTM(CGContextRef c, CGFloat sx, CGFloat sy);
void CGContextTranslateCTM(CGContextRef c, CGFloat tx, CGFloat ty);
void CGContextDrawPDFPage(CGContextRef c, CGPDFPageRef page);

CF_EXTERN_C_END
