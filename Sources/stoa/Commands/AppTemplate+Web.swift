/// The files of a web mini-app.
extension AppTemplate {
    static let webMain = """
        local stoa = require "stoa"

        -- What the page sends. It comes from somebody's browser, and may be anything.
        stoa.action("web_app_data", function(ctx, data)
          if #data > 200 then return ctx.chat:send("That is too long for an order.") end
          local number = stoa.store:increment("orders")
          ctx.chat:send("Order " .. number .. ": " .. data .. ". Thank you, " .. ctx.user.display .. "!")
        end)

        """

    static let webTest = """
        local alice = sim.user("alice")

        alice:sends_data("one pie")
        alice:sees("Order 1: one pie.")

        alice:sends_data(("x"):rep(300))
        alice:sees("too long")

        """

    static let webPage = """
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Order</title>
            <link rel="stylesheet" href="style.css">
            <!-- Telegram.WebApp, as Telegram's mini-apps know it. -->
            <script src="/stoa-web-app.js"></script>
          </head>
          <body>
            <h1>Hello, <span id="who">you</span></h1>
            <label for="what">What would you like?</label>
            <input id="what" maxlength="200" autocomplete="off">
            <script src="app.js"></script>
          </body>
        </html>

        """

    static let webScript = """
        const app = Telegram.WebApp;
        const what = document.getElementById('what');

        // For looks only: who somebody is, a server of yours learns from app.initData, which is signed.
        document.getElementById('who').textContent = app.initDataUnsafe.user?.first_name ?? 'you';

        // The button below the page is drawn by the client. What is sent arrives in main.lua, and the page is closed.
        app.MainButton.setText('Order').onClick(() => app.sendData(what.value.trim()));
        what.addEventListener('input', () => {
          if (what.value.trim()) app.MainButton.show();
          else app.MainButton.hide();
        });

        app.ready();

        """

    static let webStyle = """
        /* The client's colours, light or dark. */
        body {
          margin: 0;
          padding: 16px;
          font: 16px/1.5 system-ui, sans-serif;
          background: var(--tg-theme-bg-color, #fff);
          color: var(--tg-theme-text-color, #1c2022);
        }

        h1 {
          font-size: 22px;
        }

        label {
          display: block;
          margin-bottom: 6px;
        }

        input {
          box-sizing: border-box;
          width: 100%;
          padding: 10px 12px;
          border: 1px solid var(--tg-theme-hint-color, #767676);
          border-radius: 10px;
          font: inherit;
          background: var(--tg-theme-secondary-bg-color, #f4f4f2);
          color: inherit;
        }

        """
}
