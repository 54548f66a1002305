#pragma once

#include <IOSurface/IOSurface.h>
#include <VideoToolbox/VideoToolbox.h>

#include <cstdint>
#include <vector>

#include "encode/core-foundation.h"

namespace porthole {

/// Copies what a surface shows into a pixel buffer, converted and scaled in one pass on the graphics processor. Programs
/// draw to a simulator's surface in place, and no lock keeps them from it: a copy counts when the surface's seed is the
/// same before and after it. Used from one thread.
class SurfaceCopier {
public:
	/// A copy is made so often before one is taken that may show two frames at once.
	static constexpr int kMaxCopies = 4;

	/// Throws NativeError `capture-failed`.
	SurfaceCopier();
	~SurfaceCopier();
	SurfaceCopier(const SurfaceCopier&) = delete;
	SurfaceCopier& operator=(const SurfaceCopier&) = delete;

	struct Copy {
		/// Of the surface before the copy: whatever it is later, there is something new.
		std::uint32_t seed = 0;
		int copies = 0;
		bool torn = false;
	};

	/// The target's size is the surface's own, or what becomes of it when a last odd row or column is left out, or half of
	/// that. Throws NativeError `capture-failed`.
	Copy Take(IOSurfaceRef surface, CVPixelBufferRef target);

	/// Copies a frame that nobody draws to, to another size. Throws NativeError `capture-failed`.
	void Scale(CVPixelBufferRef frame, CVPixelBufferRef target);

private:
	void Set(CFStringRef key, CFTypeRef value);

	CfRef<VTPixelTransferSessionRef> session_;
};

/// A surface's pixels, tightly packed: `width * 4` bytes a row.
struct SurfaceSnapshot {
	int width = 0;
	int height = 0;
	std::vector<std::uint8_t> bgra;
};

/// Takes one, of a surface of any format, on the caller's thread. Throws NativeError `capture-failed`.
SurfaceSnapshot TakeSnapshot(IOSurfaceRef surface);

}  // namespace porthole
