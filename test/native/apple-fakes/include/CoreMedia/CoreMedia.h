// Compilers that know no frameworks find the declarations here.
#include "../../../macos/frameworks/CoreMedia.framework/Headers/CoreMedia.h"
