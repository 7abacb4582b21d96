use super::{BYTES_MAX, fits, hash, is_hash, unfit};

#[test]
fn a_password_fits_what_was_kept_of_it_and_nothing_else_does() {
    let kept = hash("correct horse battery").expect("chance");
    assert!(fits("correct horse battery", Some(&kept)));
    for wrong in ["", "correct horse", "Correct horse battery", "correct horse battery "] {
        assert!(!fits(wrong, Some(&kept)), "{wrong}");
    }
    assert!(!fits("correct horse battery", None), "somebody without a password");
    assert!(!fits(&"a".repeat(BYTES_MAX + 1), Some(&kept)));
    assert_ne!(kept, hash("correct horse battery").expect("chance"), "each has a salt of its own");
    assert!(!kept.contains("horse"));
}

#[test]
fn a_hash_is_known_and_other_text_is_none() {
    assert!(is_hash(&hash("correct horse battery").expect("chance")));
    for text in ["", "secret", "argon2id-19456-2-1$$", "argon2id-19456-2-1$AAAA$AAAA"] {
        assert!(!is_hash(text), "{text}");
        assert!(!fits("", Some(text)) && !fits(text, Some(text)), "{text}");
    }
}

#[test]
fn a_short_and_an_endless_password_are_refused() {
    assert!(unfit("eleven char").is_some_and(|says| says.contains("12 characters")));
    assert!(unfit("twelve chars").is_none());
    assert!(unfit("zwölf zeichä").is_none(), "characters count, not bytes");
    assert!(unfit(&"a".repeat(BYTES_MAX + 1)).is_some());
}
