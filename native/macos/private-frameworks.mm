#include "private-frameworks.h"

#import <Foundation/Foundation.h>

#include <dlfcn.h>

#include "exception-guard.h"
#include "framework-paths.h"
#include "native-error.h"

namespace porthole {

namespace {

OpenedLibrary Open(PrivateLibrary library, const char* name, const std::vector<std::string>& candidates) {
	OpenedLibrary opened{library, name, nullptr, ""};
	for (const std::string& path : candidates) {
		opened.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
		if (opened.handle != nullptr) {
			opened.detail = path;
			return opened;
		}
		const char* reason = dlerror();
		if (!opened.detail.empty()) opened.detail += "; ";
		opened.detail += path + ": " + (reason == nullptr ? "not opened" : reason);
	}
	return opened;
}

}  // namespace

PrivateFrameworks::PrivateFrameworks(const std::string& developer_dir)
	: libraries_{
		  Open(PrivateLibrary::kCoreSimulator, "CoreSimulator", CoreSimulatorPaths(developer_dir)),
		  Open(PrivateLibrary::kSimulatorKit, "SimulatorKit", SimulatorKitPaths(developer_dir)),
		  Open(PrivateLibrary::kIOKit, "IOKit", {"/System/Library/Frameworks/IOKit.framework/IOKit"}),
	  } {}

const OpenedLibrary& PrivateFrameworks::LibraryOf(PrivateLibrary library) const {
	for (const OpenedLibrary& opened : libraries_) {
		if (opened.library == library) return opened;
	}
	throw NativeError("invalid-argument", "The system's own library is not opened.");
}

void PrivateFrameworks::Require(PrivateLibrary library) const {
	const OpenedLibrary& opened = LibraryOf(library);
	if (opened.handle != nullptr) return;
	if (library == PrivateLibrary::kCoreSimulator) {
		throw NativeError("core-simulator-missing",
			"CoreSimulator could not be opened (" + opened.detail + "). Install Xcode and start it once, or run "
			"`sudo xcodebuild -runFirstLaunch`.");
	}
	throw NativeError("simulator-kit-missing", std::string(opened.name) + " could not be opened (" + opened.detail +
		"). Choose an Xcode with `sudo xcode-select -s`; a newer one may have it elsewhere.");
}

void* PrivateFrameworks::Find(PrivateSymbol symbol) const {
	const PrivateSymbolName& name = NameOf(symbol);
	if (name.library == PrivateLibrary::kSystem) return dlsym(RTLD_DEFAULT, name.name);
	void* handle = LibraryOf(name.library).handle;
	return handle == nullptr ? nullptr : dlsym(handle, name.name);
}

void* PrivateFrameworks::RequireAddress(PrivateSymbol symbol) const {
	const PrivateSymbolName& name = NameOf(symbol);
	if (name.library != PrivateLibrary::kSystem) Require(name.library);
	void* address = Find(symbol);
	if (address != nullptr) return address;
	throw NativeError("symbol-missing", std::string("The function ") + name.name +
		" does not exist here; this Xcode or macOS has other private functions than those that are known.");
}

Class PrivateFrameworks::Find(PrivateClass id) {
	const PrivateClassName& name = NameOf(id);
	for (const char* candidate : name.names) {
		if (candidate == nullptr) continue;
		if (Class found = objc_getClass(candidate); found != Nil) return found;
	}
	return Nil;
}

Class PrivateFrameworks::Require(PrivateClass id) {
	if (Class found = Find(id); found != Nil) return found;
	throw NativeError("class-missing", std::string("The class ") + NameOf(id).names[0] +
		" does not exist here; this Xcode has other private classes than those that are known.");
}

bool AnswersTo(id object, PrivateSelector selector) {
	const PrivateSelectorName& name = NameOf(selector);
	return Guarded("framework-exception", "asking for " + TextOf(name), [&] {
		return static_cast<bool>([object respondsToSelector:name.selector]);
	});
}

void RequireSelector(id object, PrivateSelector selector) {
	if (object != nil && AnswersTo(object, selector)) return;
	throw NativeError("selector-missing", "There is no " + TextOf(NameOf(selector)) +
		"; this Xcode has other private methods than those that are known.");
}

std::string TextOf(const PrivateSelectorName& name) {
	return std::string(NameOf(name.owner).names[0]) + (name.of_class ? " +" : " -") + sel_getName(name.selector);
}

}  // namespace porthole
