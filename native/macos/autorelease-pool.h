#pragma once

// Of libobjc, as clang's description of ARC has them.
extern "C" void* objc_autoreleasePoolPush(void);
extern "C" void objc_autoreleasePoolPop(void* pool);

namespace porthole {

/// A pool for what Objective-C hands over for a while, which threads of Node's have none for. Unlike `@autoreleasepool` it
/// ends when a C++ exception leaves it, too.
class AutoreleasePool {
public:
	AutoreleasePool() : pool_(objc_autoreleasePoolPush()) {}
	~AutoreleasePool() { objc_autoreleasePoolPop(pool_); }
	AutoreleasePool(const AutoreleasePool&) = delete;
	AutoreleasePool& operator=(const AutoreleasePool&) = delete;

private:
	void* const pool_;
};

}  // namespace porthole
