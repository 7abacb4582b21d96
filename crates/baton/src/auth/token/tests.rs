use super::Token;

#[test]
fn what_is_kept_of_a_secret_and_what_forms_carry_tell_neither_it_nor_each_other() {
    let token = Token::draw().expect("the system has chance");
    let again = Token::read(token.reveal()).expect("it reads its own");
    assert_eq!(token.hash(), again.hash());
    assert_eq!(token.form_token(), again.form_token());
    assert!(!token.form_token().contains(token.reveal()));
    assert_ne!(token.form_token(), Token::draw().expect("the system has chance").form_token());
    assert_eq!(format!("{token:?}"), "Token(****)");
}

#[test]
fn what_does_not_look_like_a_secret_is_none() {
    for text in ["", "short", &"a".repeat(44), &format!("{}=", "a".repeat(42)), &"ä".repeat(22)] {
        assert_eq!(Token::read(text), None, "{text}");
    }
}
