//! The folders of a demo.

use std::path::Path;

use super::DemoFolders;

#[test]
fn a_folder_that_was_named_from_here_is_found_from_everywhere() {
    for named in ["no-such-demo", "./no-such-demo", "no-such-demo/"] {
        let folders = DemoFolders::beside(Path::new(named)).expect("nobody made it");
        assert!(folders.data.is_absolute() && folders.beside.is_absolute(), "{named}");
        assert!(folders.data.ends_with("no-such-demo"), "{named}");
        assert!(folders.beside.ends_with("no-such-demo-outside"), "{named}");
    }
}
