//! A step of somebody's day: what is done, and what is so afterwards.

/// Something that is done.
pub(super) struct Step {
    /// What they do, as in "the rep …".
    pub(super) says: &'static str,
    pub(super) does: Does,
    /// What is true afterwards, as a script.
    pub(super) then: &'static str,
}

/// How something is done.
pub(super) enum Does {
    /// A page is opened.
    Open(&'static str),
    /// The first element of a selector is chosen, which leads to another page.
    Choose(&'static str),
    /// A script does it on the page, as what moves only what is seen.
    Run(&'static str),
    /// The first form of a selector is filled by a script that calls it `form`, and sent by its button.
    Send { form: &'static str, fill: &'static str },
}

pub(super) const fn open(path: &'static str, says: &'static str, then: &'static str) -> Step {
    Step { says, does: Does::Open(path), then }
}

pub(super) const fn choose(selector: &'static str, says: &'static str, then: &'static str) -> Step {
    Step { says, does: Does::Choose(selector), then }
}

pub(super) const fn run(script: &'static str, says: &'static str, then: &'static str) -> Step {
    Step { says, does: Does::Run(script), then }
}

pub(super) const fn send(
    form: &'static str,
    fill: &'static str,
    says: &'static str,
    then: &'static str,
) -> Step {
    Step { says, does: Does::Send { form, fill }, then }
}
