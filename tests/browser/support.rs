//! Real Chromium in front of the real router.

use std::{net::SocketAddr, time::Duration};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    error::CmdError,
};
use hyper_util::client::legacy::connect::HttpConnector;
use partner_portal::web::{Lang, cookies};
use serde_json::{Value, json};

use super::driver::{Console, DevTools, Driver, program, target};
use crate::support::{PASSWORD, TestApp};

const HELP: &str = "The browser walk needs Chromium, its driver and axe-core: run tests/all, which installs them where it may \
                    (Debian: apt-get install chromium chromium-driver fonts-noto-cjk).";
/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A window of a browser of its own, without a history.
pub struct Browser {
    pub page: Client,
    /// `http://127.0.0.1:PORT`
    pub home: String,
    driver: Driver,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Serves the application on a free port and opens Chromium in front of it. `None`, after saying what to install, where there
    /// is none; unless `TESTS_BROWSER=1`, which insists.
    pub async fn start(app: &TestApp, lang: Lang) -> Option<Self> {
        let programs = program(&["chromedriver"]).zip(program(&["chromium", "chromium-browser", "google-chrome"]));
        let axe = target("axe-core/axe.min.js").is_file();
        let Some((driver, chromium)) = programs.filter(|_| axe) else {
            assert!(std::env::var("TESTS_BROWSER").as_deref() != Ok("1"), "{HELP}");
            eprintln!("skipped. {HELP}");
            return None;
        };
        let home = serve(app).await;
        let profile = tempfile::tempdir().unwrap();
        let driver = Driver::start(&driver);
        let flags = [
            "--headless=new".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-quic".into(),
            "--disable-dev-shm-usage".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--force-prefers-reduced-motion".into(),
            "--window-size=1440,1000".into(),
            format!("--lang={}", lang.code()),
            format!("--accept-lang={}", lang.code()),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let options = json!({ "binary": chromium, "args": flags, "prefs": { "intl.accept_languages": lang.code() } });
        let mut wishes = fantoccini::wd::Capabilities::new();
        wishes.insert("goog:chromeOptions".into(), options);
        // axe-core may take its time on a machine that has other things to do.
        wishes.insert("timeouts".into(), json!({ "script": 120_000 }));
        wishes.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(wishes)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("Chromium");
        let browser = Self { page, home, driver, _profile: profile };
        browser.size(1440, 1000).await;
        Some(browser)
    }

    /// Another signed-out window in front of the same server would share nothing; this one starts over instead.
    pub async fn forget(&self) {
        self.page.delete_all_cookies().await.unwrap();
    }

    pub async fn go(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.home)).await.unwrap();
    }

    /// Path and query of the page.
    pub async fn path(&self) -> String {
        let url = self.page.current_url().await.unwrap();
        url.as_str().trim_start_matches(&self.home).to_owned()
    }

    /// The element, once it is there.
    pub async fn wait(&self, selector: &str) -> Element {
        match self.page.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => {
                self.screenshot("failure").await;
                panic!("no {selector} on {}: {error}", self.path().await)
            }
        }
    }

    pub async fn has(&self, selector: &str) -> bool {
        !self.page.find_all(Locator::Css(selector)).await.unwrap().is_empty()
    }

    /// Its words, as they are shown.
    pub async fn text(&self, selector: &str) -> String {
        self.wait(selector).await.text().await.unwrap()
    }

    /// Clicks it; once more when the page went on between finding and clicking.
    pub async fn click(&self, selector: &str) {
        let began = std::time::Instant::now();
        while let Err(error) = self.wait(selector).await.click().await {
            let gone = error.to_string().contains("stale element");
            assert!(gone && began.elapsed() < PATIENCE, "{selector} on {}: {error}", self.path().await);
        }
    }

    /// Types into a field; for a file field the text is the file's path.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.wait(selector).await.send_keys(text).await.unwrap();
    }

    /// Sets a field at once: dates are typed differently in every language, and what stands there goes.
    pub async fn set(&self, selector: &str, value: &str) {
        self.wait(selector).await;
        let script = "const field = document.querySelector(arguments[0]); field.value = arguments[1]; \
                      field.dispatchEvent(new Event('change', { bubbles: true })); return field.value";
        let now = self.page.execute(script, vec![json!(selector), json!(value)]).await.unwrap();
        assert_eq!(now, json!(value), "{selector}");
    }

    /// All that the page says, shown or not, with its attributes.
    pub async fn source(&self) -> String {
        self.page.source().await.unwrap()
    }

    /// Waits until the words of an element hold this text, loading the page anew where it does not change by itself.
    pub async fn until(&self, selector: &str, text: &str) {
        let started = std::time::Instant::now();
        loop {
            let found = self.page.find(Locator::Css(selector)).await;
            let words = match found {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if words.contains(text) {
                return;
            }
            if started.elapsed() > PATIENCE * 6 {
                self.screenshot("failure").await;
                panic!("{selector} on {} never says {text:?}, but {words:?}", self.path().await);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Signs in by the form, with the seeds' password; ends where the portal leads.
    pub async fn sign_in(&self, mail: &str) {
        self.sign_in_with(mail, PASSWORD).await;
    }

    pub async fn sign_in_with(&self, mail: &str, password: &str) {
        self.go("/sign-in").await;
        self.fill("#mail", mail).await;
        self.fill("#password", password).await;
        self.click("main form button").await;
        self.wait("form[action='/sign-out']").await;
    }

    /// The size of the page in CSS pixels; 390 wide is a phone.
    pub async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// What the system prefers: a dark page or a light one.
    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Presses a key wherever the focus is (`Tab`, `Enter`, `Down`, `Right`, `Space`), or types a text.
    pub async fn press(&self, key: &str) {
        let value = match key {
            "Tab" => '\u{e004}',
            "Enter" => '\u{e007}',
            "Right" => '\u{e014}',
            "Down" => '\u{e015}',
            "Space" => ' ',
            text => return self.page.active_element().await.unwrap().send_keys(text).await.unwrap(),
        };
        // By the keyboard itself: what is sent to a field of files is taken for a file's name.
        let press = KeyActions::new("keys".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.page.perform_actions(press).await.unwrap();
    }

    /// Strikes one key after the other, where a field is made of several that the focus moves through.
    pub async fn strike(&self, text: &str) {
        let keys = text.chars().fold(KeyActions::new("keys".to_owned()), |keys, value| {
            keys.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.page.perform_actions(keys).await.unwrap();
    }

    /// Goes on by the Tab key until the focus is there, and can be seen.
    pub async fn reach(&self, selector: &str) {
        self.wait(selector).await;
        let look = "const e = document.activeElement; const style = getComputedStyle(e); \
                    return [e.matches(arguments[0]), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0, e.outerHTML.slice(0, 200)]";
        for _ in 0..400 {
            self.press("Tab").await;
            let seen = self.page.execute(look, vec![json!(selector)]).await.unwrap();
            let (there, visible, html): (bool, bool, String) = serde_json::from_value(seen).unwrap();
            assert!(visible || html.starts_with("<body") || html.starts_with("<main"), "no focus to be seen on {html}");
            if there {
                return;
            }
        }
        self.screenshot("failure").await;
        panic!("{selector} on {} is not reached by Tab", self.path().await);
    }

    /// Reaches a link, button or field, and presses Enter.
    pub async fn enter(&self, selector: &str) {
        self.reach(selector).await;
        self.press("Enter").await;
    }

    /// Reaches a field and types over what stands there.
    pub async fn type_in(&self, selector: &str, text: &str) {
        self.reach(selector).await;
        self.press(text).await;
    }

    /// Reaches a box and ticks it.
    pub async fn tick(&self, selector: &str) {
        self.reach(selector).await;
        self.press("Space").await;
    }

    /// Whether the focus is there.
    pub async fn is_focused(&self, selector: &str) -> bool {
        let there = "return document.activeElement.matches(arguments[0])";
        self.page.execute(there, vec![json!(selector)]).await.unwrap() == json!(true)
    }

    /// Whether somebody wants less to move.
    pub async fn calm(&self, calm: bool) {
        let value = if calm { "reduce" } else { "no-preference" };
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// What moves or would, by a transition or an animation.
    pub async fn moving(&self) -> Vec<String> {
        let moving = "return [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e); \
                      return parseFloat(s.transitionDuration) > 0 || (s.animationName !== 'none' && parseFloat(s.animationDuration) > 0); \
                      }).map(e => e.outerHTML.slice(0, 100))";
        serde_json::from_value(self.page.execute(moving, Vec::new()).await.unwrap()).unwrap()
    }

    /// Comes in as somebody, by a session that is put into the database: quicker than the form.
    pub async fn enter_as(&self, app: &TestApp, mail: &str) {
        let client = app.sign_in(mail).await;
        let secret = client.cookie(cookies::SESSION).expect("a session");
        let cookie = json!({ "name": cookies::SESSION, "value": secret, "url": self.home, "httpOnly": true, "sameSite": "Lax" });
        self.devtools("Network.setCookie", cookie).await;
    }

    /// Pages without their scripts, from the next one on.
    pub async fn without_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }))
            .await;
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let command = DevTools(json!({ "cmd": command, "params": parameters }));
        self.page.issue_cmd(command).await.unwrap();
    }

    /// Keeps a picture of the whole page in `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) {
        let command = DevTools(json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true } }));
        let answer: Result<Value, CmdError> = self.page.issue_cmd(command).await;
        let picture = answer.ok().and_then(|a| Some(a.get("data")?.as_str()?.to_owned()));
        let folder = target("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        if let Some(data) = picture {
            let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, data).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
        }
    }

    /// What axe-core finds: rule, and the first element that breaks it.
    pub async fn axe(&self) -> Vec<String> {
        let there = self
            .page
            .execute("return typeof window.axe === 'object'", Vec::new())
            .await
            .unwrap();
        if there != json!(true) {
            let axe = std::fs::read_to_string(target("axe-core/axe.min.js")).unwrap();
            self.page.execute(&axe, Vec::new()).await.unwrap();
        }
        let run = "const done = arguments[0]; window.axe.run(document, { resultTypes: ['violations'] }).then(\
                   r => done(r.violations.map(v => v.impact + ' ' + v.id + ': ' + v.nodes[0].html + ' ' + v.nodes[0].failureSummary)),\
                   e => done([String(e)]));";
        let found = self.page.execute_async(run, Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// Errors and warnings on the console since it was asked last. A page may answer that it refuses: that is on the page, and no error.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.page.issue_cmd(Console).await.unwrap();
        let entries = entries.as_array().expect("entries of the console");
        let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let told = entries.iter().map(|entry| (text(entry, "level"), text(entry, "message")));
        told.filter(|(level, words)| matches!(level.as_str(), "SEVERE" | "WARNING") && !is_a_refusal(words))
            .map(|(level, words)| format!("{level}: {words}"))
            .collect()
    }

    /// How many pixels of the page are beside the window.
    pub async fn beside(&self) -> Value {
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.page.execute(wide, Vec::new()).await.unwrap()
    }

    /// Nothing for axe-core, no error on the console, nothing wider than the window; and a picture.
    pub async fn is_sound(&self, name: &str) {
        self.screenshot(name).await;
        assert_eq!(self.axe().await, Vec::<String>::new(), "{name}");
        assert_eq!(self.beside().await, json!(0), "{name} scrolls sideways");
        assert_eq!(self.console().await, Vec::<String>::new(), "{name} on the console");
    }

    /// Closes the window. Dropping does so too, with less grace.
    pub async fn close(self) {
        let _ = self.page.clone().close().await;
        drop(self.driver);
    }
}

/// `http://127.0.0.1:1234/deals/x - Failed to load resource: the server responded with a status of 404 (Not Found)`, of a page.
fn is_a_refusal(words: &str) -> bool {
    let status = words
        .split_once("the server responded with a status of ")
        .map(|(_, status)| status);
    !words.contains("/static/") && status.is_some_and(|status| status.starts_with('4') || status.starts_with("503"))
}

async fn serve(app: &TestApp) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    let service = app.app.router().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    home
}
