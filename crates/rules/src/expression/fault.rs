//! What is wrong with the text of an expression.

/// What is wrong in an expression, and where in its text.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) says: String,
    pub(crate) help: Option<String>,
    /// The bare name that is not known, where it is one.
    pub(crate) missing: Option<String>,
}

impl Fault {
    pub(super) fn new(start: usize, length: usize, says: impl Into<String>) -> Self {
        let code = "expression-syntax";
        Self { code, start, end: start + length, says: says.into(), help: None, missing: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn moved(mut self, by: usize) -> Self {
        self.start += by;
        self.end += by;
        self
    }

    pub(super) fn missing(mut self, name: &str) -> Self {
        self.missing = Some(name.to_owned());
        self
    }

    pub(super) fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }
}
