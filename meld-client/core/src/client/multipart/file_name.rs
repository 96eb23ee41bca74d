//! Names of files without paths and special characters.

const MAX_FILE_NAME: usize = 255;

/// Returns the last segment of a file name without the characters that have a meaning in headers, paths or terminals;
/// `None` if nothing is left.
pub(super) fn plain_file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let plain: String = last.chars().filter(|c| !is_special(*c)).take(MAX_FILE_NAME).collect();
    let plain = plain.trim();
    (!plain.trim_matches('.').is_empty()).then(|| plain.to_owned())
}

fn is_special(character: char) -> bool {
    let changes_direction = matches!(character,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || changes_direction || matches!(character, '"' | ':' | '*' | '?' | '<' | '>' | '|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_file_names_lose_their_paths() {
        for (name, plain) in [
            ("passport.jpg", Some("passport.jpg")),
            ("Reisepaß 1.jpg", Some("Reisepaß 1.jpg")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Windows\\system.ini", Some("system.ini")),
            ("C:evil.exe", Some("Cevil.exe")),
            ("a\"\r\nX-Evil: 1\r\n\r\n.png", Some("aX-Evil 1.png")),
            ("gpj.\u{202e}exe", Some("gpj.exe")),
            ("..", None),
            ("a/", None),
            (" . ", None),
            ("", None),
            ("\0", None),
        ] {
            assert_eq!(plain_file_name(name).as_deref(), plain, "{name:?}");
        }
        assert_eq!(plain_file_name(&"ä".repeat(1_000)).unwrap().chars().count(), MAX_FILE_NAME);
    }
}
