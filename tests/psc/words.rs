//! Every code has its words in both languages.

use partner_portal::psc::import::{Code, RefusalCode, State};

#[test]
fn every_code_has_words_in_both_languages() {
    for (language, words) in [("en", include_str!("../../locales/en/psc.ftl")), ("ko", include_str!("../../locales/ko/psc.ftl"))]
    {
        let keys = Code::ALL
            .iter()
            .map(|code| format!("psc-problem-{}", code.code()))
            .chain(RefusalCode::ALL.iter().map(|code| format!("psc-refusal-{}", code.code())))
            .chain(State::ALL.iter().map(|state| format!("psc-import-state-{}", state.code())));
        for key in keys {
            let line = words.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
            assert!(line.is_some_and(|line| !line.trim().is_empty()), "{language}: {key}");
        }
    }
}
