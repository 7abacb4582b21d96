//! Files as people write them, read, and what was said about them.

use notation::{Diagnostic, Diagnostics, FileId, Severity, Sources};

/// A folder of files, of which the first is read.
pub(crate) struct Folder(Sources);

/// What came of reading.
pub(crate) struct Written<T> {
    sources: Sources,
    read: Option<T>,
    diagnostics: Vec<Diagnostic>,
}

pub(crate) fn folder(files: &[(&str, &str)]) -> Folder {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(name, (*text).to_owned());
    }
    Folder(sources)
}

impl Folder {
    pub(crate) fn read<T>(
        self,
        parse: impl FnOnce(&Sources, FileId, &mut Diagnostics) -> Option<T>,
    ) -> Written<T> {
        let mut out = Diagnostics::new();
        let read = parse(&self.0, FileId(0), &mut out);
        Written { sources: self.0, read, diagnostics: out.into_vec() }
    }
}

impl<T> Written<T> {
    fn drawn(&self) -> String {
        let drawn = |one: &Diagnostic| notation::draw(&self.sources, one);
        self.diagnostics.iter().map(drawn).collect()
    }

    /// What was read, where nothing was found.
    #[track_caller]
    pub(crate) fn sound(self) -> T {
        assert!(self.diagnostics.is_empty(), "{}", self.drawn());
        self.read.expect("it is read where nothing is wrong")
    }

    /// What was read, and the codes of the warnings.
    #[track_caller]
    pub(crate) fn sound_with_warnings(self) -> (T, Vec<&'static str>) {
        let errors = self.diagnostics.iter().any(|one| one.severity == Severity::Error);
        assert!(!errors, "{}", self.drawn());
        let codes = self.diagnostics.iter().map(|one| one.code).collect();
        (self.read.expect("it is read where nothing is wrong"), codes)
    }

    /// That it was refused with this code at this text, and told how to mend it.
    #[track_caller]
    pub(crate) fn refused(&self, code: &str, at: &str, help: &str) {
        let found = self.diagnostics.iter().find(|one| one.code == code);
        let Some(found) = found else {
            panic!("no `{code}` was found, but: {}", self.drawn());
        };
        assert_eq!(found.severity, Severity::Error);
        assert!(self.read.is_none(), "`{code}` was found, and it was read all the same");
        if !at.is_empty() {
            assert_eq!(self.sources.slice(found.span), at, "{}", self.drawn());
        }
        let said = found.help.as_deref().unwrap_or("");
        assert!(said.contains(help), "`{help}` is not in: {}", self.drawn());
    }
}
