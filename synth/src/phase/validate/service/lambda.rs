//! Lambda: where the code of a function is, and what goes with it.

use super::{Checker, Fields, Step};

impl<'t> Checker<'t, '_> {
    /// Checks a function.
    pub(super) fn function_code(&mut self, function: Fields<'t>) {
        let Some(code) = function.object("Code") else { return };
        let image = code.has("ImageUri") || function.text("PackageType").as_deref() == Some("Image");
        let way = [Step::Key("Code")];
        if code.has("ImageUri") && (code.has("ZipFile") || code.has("S3Bucket")) {
            self.disagree_at(
                &way,
                "the code is an image and something else as well",
                "keep one of `ImageUri`, `ZipFile` and `S3Bucket`",
            );
        } else if code.has("ZipFile") && code.has("S3Bucket") {
            self.disagree_at(
                &way,
                "the code is written out and in a bucket as well",
                "keep one of `ZipFile` and `S3Bucket`",
            );
        }
        if code.has("S3Bucket") && code.lacks("S3Key") {
            self.disagree_at(&way, "`S3Bucket` is set without `S3Key`", "name the object in the bucket");
        }
        if image {
            for name in ["Handler", "Runtime", "Layers"] {
                if function.has(name) {
                    self.disagree(
                        format!("`{name}` is set, and the code is an image"),
                        format!("remove `{name}`: the image has its own"),
                    );
                }
            }
        } else if function.lacks("PackageType") && (code.has("ZipFile") || code.has("S3Bucket")) {
            for name in ["Handler", "Runtime"] {
                if function.lacks(name) {
                    self.disagree(
                        format!("the code is no image, and `{name}` is not set"),
                        format!("set `{name}`"),
                    );
                }
            }
        }
        if let Some(runtime) = function.text("Runtime").filter(|_| code.has("ZipFile"))
            && !runtime.starts_with("nodejs")
            && !runtime.starts_with("python")
        {
            self.disagree_at(
                &way,
                format!("code for `{runtime}` cannot be written out in a template"),
                "`ZipFile` is for Node.js and Python; put other code into a bucket",
            );
        }
    }
}
