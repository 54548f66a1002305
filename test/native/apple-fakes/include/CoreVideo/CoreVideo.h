// Compilers that know no frameworks find the declarations here.
#include "../../../macos/frameworks/CoreVideo.framework/Headers/CoreVideo.h"
