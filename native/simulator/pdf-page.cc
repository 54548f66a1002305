#include "simulator/pdf-page.h"

#include <CoreGraphics/CoreGraphics.h>

#include <cmath>

#include "encode/core-foundation.h"
#include "native-error.h"

namespace porthole {

namespace {

constexpr double kMaxPixels = 8192;
constexpr std::size_t kBytesPerPixel = 4;
constexpr std::size_t kBitsPerChannel = 8;

NativeError Unreadable(const std::string& path, const std::string& why) {
	return {"unreadable-pdf", "The PDF \"" + path + "\" could not be drawn: " + why + "."};
}

int PixelsOf(double points, double scale, const std::string& path) {
	const double pixels = std::ceil(points * scale);
	if (!(pixels >= 1 && pixels <= kMaxPixels)) throw Unreadable(path, "its page has no size that can be drawn");
	return static_cast<int>(pixels);
}

CfRef<CGPDFDocumentRef> OpenDocument(const std::string& path) {
	const auto provider = CfRef<CGDataProviderRef>::Adopt(CGDataProviderCreateWithFilename(path.c_str()));
	if (!provider) throw Unreadable(path, "it could not be opened");
	auto document = CfRef<CGPDFDocumentRef>::Adopt(CGPDFDocumentCreateWithProvider(provider.get()));
	if (!document) throw Unreadable(path, "it is no PDF");
	return document;
}

}  // namespace

PdfImage RenderPdf(const std::string& path, double scale) {
	const CfRef<CGPDFDocumentRef> document = OpenDocument(path);
	CGPDFPageRef page = CGPDFDocumentGetPage(document.get(), 1);
	if (page == nullptr) throw Unreadable(path, "it has no page");
	const CGRect box = CGPDFPageGetBoxRect(page, kCGPDFMediaBox);
	PdfImage image;
	image.width = PixelsOf(box.size.width, scale, path);
	image.height = PixelsOf(box.size.height, scale, path);
	const std::size_t stride = static_cast<std::size_t>(image.width) * kBytesPerPixel;
	image.rgba.resize(stride * static_cast<std::size_t>(image.height));

	const auto space = CfRef<CGColorSpaceRef>::Adopt(CGColorSpaceCreateWithName(kCGColorSpaceSRGB));
	const auto context =
		CfRef<CGContextRef>::Adopt(CGBitmapContextCreate(image.rgba.data(), static_cast<std::size_t>(image.width),
			static_cast<std::size_t>(image.height), kBitsPerChannel, stride, space.get(),
			static_cast<uint32_t>(kCGImageAlphaPremultipliedLast) | static_cast<uint32_t>(kCGBitmapByteOrder32Big)));
	if (!context) throw Unreadable(path, "there is no bitmap to draw it to");
	CGContextScaleCTM(context.get(), scale, scale);
	CGContextTranslateCTM(context.get(), -box.origin.x, -box.origin.y);
	CGContextDrawPDFPage(context.get(), page);
	return image;
}

}  // namespace porthole
