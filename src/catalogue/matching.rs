//! When two customers are certainly the same (data/README.md, "Customer ...").

/// What is compared: the letters and digits of name, first address line and postal code, in lower case, within a country.
/// Empty, which matches nothing, when name, first address line or country is empty.
pub fn match_key(name: &str, line1: &str, postal_code: &str, country: &str) -> String {
    let bare = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let (country, name, line1) = (bare(country), bare(name), bare(line1));
    if country.is_empty() || name.is_empty() || line1.is_empty() {
        return String::new();
    }
    format!("{country}|{name}|{line1}|{}", bare(postal_code))
}
