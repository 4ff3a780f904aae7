//! A browser without a window: keeps cookies, sends the form token, reads the page.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use partner_portal::web::{cookies, csrf};
use scraper::{Html, Selector};
use tower::ServiceExt;

/// The headers that every answer of the portal has, and how they begin.
const SECURITY: [(&str, &str); 6] = [
    ("content-security-policy", "default-src 'none'; script-src 'self'; style-src 'self';"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=()"),
];

#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: BTreeMap<String, String>,
    headers: BTreeMap<&'static str, String>,
    /// Where it connects from; `None`: a test does not care.
    peer: Option<SocketAddr>,
    /// The form token of the last page.
    token: Option<String>,
}

impl Client {
    pub fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), headers: BTreeMap::new(), peer: None, token: None }
    }

    pub fn with_session(self, secret: &str) -> Self {
        self.with_cookie(cookies::SESSION, secret)
    }

    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sends this header with every request from now on.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.to_owned());
        self
    }

    /// Connects from this address from now on.
    pub fn with_peer(mut self, address: &str) -> Self {
        self.peer = Some(SocketAddr::new(address.parse().unwrap(), 4711));
        self
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// The form token: the last page's, else what the portal would have put there.
    pub fn token(&self) -> String {
        let named = |name: &str| self.cookie(name).or(self.cookie(&format!("__Host-{name}")));
        let secret = named(cookies::SESSION).or(named(cookies::VISITOR));
        self.token.clone().unwrap_or_else(|| csrf::token(secret.unwrap_or_default()))
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Posts a form with the form token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        // Somebody not signed in has no token before a first page.
        if self.cookies.is_empty() {
            self.get("/sign-in").await;
        }
        let token = self.token();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", &token)
            .extend_pairs(fields)
            .finish();
        self.post_raw(path, "application/x-www-form-urlencoded", form).await
    }

    /// Posts exactly this, without a form token of its own.
    pub async fn post_raw(&mut self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, Some(kind), body.into()).await
    }

    /// Posts files as a browser does: (field, file name, bytes). The token goes into the address, as the portal's forms do it.
    pub async fn upload(&mut self, path: &str, files: &[(&str, &str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (field, name, bytes) in files {
            body.extend_from_slice(
                format!("--border\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n")
                    .as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--border--\r\n");
        let mark = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{mark}csrf={}", self.token());
        self.post_raw(&path, "multipart/form-data; boundary=border", body).await
    }

    /// Goes where a 303 leads, as a browser does by itself.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        self.get(&answer.location()).await
    }

    pub async fn send(&mut self, method: Method, path: &str, kind: Option<&str>, body: Body) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, line.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(peer) = self.peer {
            request = request.extension(ConnectInfo(peer));
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for (name, start) in SECURITY {
            let value = parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
            assert!(value.starts_with(start), "{method} {path} answers {name}: {value:?}");
        }
        let body = to_bytes(body, 64 * 1024 * 1024).await.expect("body");
        let answer = Answer { path: path.to_owned(), status: parts.status, headers: parts.headers, body };
        if answer.is_page() {
            let text = answer.text();
            let unknown = unknown_words(&text);
            assert!(unknown.is_none(), "{method} {path} shows {unknown:?}");
        }
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            if line.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        self.token = answer
            .is_page()
            .then(|| answer.attributes("meta[name=csrf]", "content").pop())
            .flatten();
    }
}

/// What stands on a page in place of words that no locale has: `?their-key?`.
fn unknown_words(page: &str) -> Option<&str> {
    let of_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let ends = |start: usize| {
        let rest = page.get(start + 1..)?;
        let length = rest.find(|c: char| !of_key(c))?;
        let key = rest.get(..length)?;
        (rest.get(length..)?.starts_with('?') && key.contains('-')).then_some(key)
    };
    page.match_indices('?').find_map(|(start, _)| ends(start))
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub fn location(&self) -> String {
        self.header("location").to_owned()
    }

    pub fn is_page(&self) -> bool {
        self.header("content-type").starts_with("text/html")
    }

    /// The body as it came.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.text())
    }

    /// The words of every element that the selector finds, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.html()
            .select(&Selector::parse(selector).unwrap())
            .map(|element| element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The words of the first one; fails when there is none.
    pub fn select(&self, selector: &str) -> String {
        let found = self.texts(selector).into_iter().next();
        found.unwrap_or_else(|| panic!("no {selector} on {}: {}", self.path, self.text()))
    }

    pub fn has(&self, selector: &str) -> bool {
        !self.texts(selector).is_empty()
    }

    /// An attribute of every element that the selector finds and that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.html()
            .select(&Selector::parse(selector).unwrap())
            .filter_map(|element| element.attr(name).map(str::to_owned))
            .collect()
    }
}
