//! The windows through which pages are looked at.

/// A wide screen, a narrow one, a phone.
const SIZES: [(u32, u32); 3] = [(1440, 900), (1024, 768), (390, 844)];

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// How wide, in pixels.
    pub(super) width: u32,
    /// How high, in pixels.
    pub(super) height: u32,
    /// Whether the system is dark.
    pub(super) dark: bool,
}

impl Look {
    /// A wide screen by day.
    pub(super) const DESK: Self = Self { width: SIZES[0].0, height: SIZES[0].1, dark: false };

    /// A phone at night.
    pub(super) const PHONE_AT_NIGHT: Self =
        Self { width: SIZES[2].0, height: SIZES[2].1, dark: true };

    /// Each size, light and dark.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let both = |(width, height)| [false, true].map(|dark| Self { width, height, dark });
        SIZES.into_iter().flat_map(both)
    }

    /// As it is called in the name of a picture: `1440-light`.
    pub(super) fn name(self) -> String {
        format!("{}-{}", self.width, if self.dark { "dark" } else { "light" })
    }
}
