/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tracker of Gradus: page, track, identify, group, alias, reset; about 200 lines and nothing else.
 *
 * It is served as /analytics.js/v1/KEY/analytics.min.js, so that the official snippet finds it when its host is changed, and it answers to the
 * same calls. Key and host are taken from its own address. An anonymous id is kept in a first-party cookie and, where cookies are
 * refused, in localStorage. Events are sent at once; while a page is left, by sendBeacon. What could not be sent is kept and tried
 * again with a growing pause, at most for an hour of the page's life; ids of messages make repeats harmless. */
(function (window, document) {
  'use strict';

  var script = document.currentScript;
  var src = (script && script.src) || '';
  var place = /^(https?:\/\/[^/]+(?:\/.*)?)\/analytics\.js\/v1\/([^/]+)\/analytics(?:\.min)?\.js/.exec(src);
  var host = place ? place[1] : (script && script.getAttribute('data-host')) || '';
  var key = place ? decodeURIComponent(place[2]) : (script && script.getAttribute('data-key')) || '';
  if (!host || !key) return;

  var COOKIE = 'gradus_aid';
  var USER = 'gradus_uid';
  var YEAR = 31536000;
  var queue = [];
  var sending = false;
  var pause = 1000;
  var traits = {};

  function id() {
    if (window.crypto && window.crypto.randomUUID) return window.crypto.randomUUID();
    var bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map
      .call(bytes, function (b) {
        return ('0' + b.toString(16)).slice(-2);
      })
      .join('');
  }

  function read(name) {
    var found = document.cookie.match(new RegExp('(?:^|; )' + name + '=([^;]*)'));
    if (found) return decodeURIComponent(found[1]);
    try {
      return window.localStorage.getItem(name) || '';
    } catch (e) {
      return '';
    }
  }

  function write(name, value) {
    var secure = window.location.protocol === 'https:' ? '; Secure' : '';
    document.cookie =
      name +
      '=' +
      encodeURIComponent(value) +
      '; Path=/; SameSite=Lax; Max-Age=' +
      (value ? YEAR : 0) +
      secure;
    try {
      if (value) window.localStorage.setItem(name, value);
      else window.localStorage.removeItem(name);
    } catch (e) {
      /* refused: the cookie has it */
    }
  }

  function anonymousId() {
    var had = read(COOKIE);
    if (!had) {
      had = id();
      write(COOKIE, had);
    }
    return had;
  }

  function pageOf() {
    var location = window.location;
    return {
      path: location.pathname,
      url: location.href.split('#')[0],
      search: location.search,
      referrer: document.referrer,
      title: document.title,
    };
  }

  function campaignOf(search) {
    var found = {};
    search
      .replace(/^\?/, '')
      .split('&')
      .forEach(function (pair) {
        var cut = pair.indexOf('=');
        var name = cut < 0 ? pair : pair.slice(0, cut);
        if (name.indexOf('utm_') !== 0 || cut < 0) return;
        try {
          var word = name.slice(4) === 'campaign' ? 'name' : name.slice(4);
          found[word] = decodeURIComponent(pair.slice(cut + 1).replace(/\+/g, ' '));
        } catch (e) {
          /* a broken escape names no campaign */
        }
      });
    return found;
  }

  function message(type, more) {
    var page = pageOf();
    var user = read(USER);
    var m = {
      type: type,
      messageId: 'gr-' + id(),
      timestamp: new Date().toISOString(),
      anonymousId: anonymousId(),
      context: {
        page: page,
        campaign: campaignOf(page.search),
        userAgent: window.navigator.userAgent,
        locale: window.navigator.language,
        library: { name: 'gradus.js', version: '1' },
      },
    };
    if (user) m.userId = user;
    Object.keys(more).forEach(function (name) {
      if (more[name] !== undefined && more[name] !== null && more[name] !== '') m[name] = more[name];
    });
    return m;
  }

  function body(batch) {
    return JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), batch: batch });
  }

  function flush() {
    if (sending || !queue.length) return;
    var batch = queue.slice(0, 20);
    sending = true;
    /* text/plain and the key in the body: no preflight. */
    window
      .fetch(host + '/v1/b', { method: 'POST', body: body(batch), keepalive: true, credentials: 'omit' })
      .then(
        function (answer) {
          sending = false;
          if (answer.status === 429 || answer.status >= 500) {
            again(Number(answer.headers.get('Retry-After')) * 1000);
            return;
          }
          queue.splice(0, batch.length);
          pause = 1000;
          flush();
        },
        function () {
          sending = false;
          again(0);
        },
      );
  }

  function again(asked) {
    window.setTimeout(flush, Math.max(asked || 0, pause));
    pause = Math.min(pause * 2, 60000);
  }

  function put(m, done) {
    queue.push(m);
    if (queue.length > 200) queue.shift();
    flush();
    if (typeof done === 'function') window.setTimeout(done, 0);
  }

  /* What is still here when the page goes. A repeat of what is on its way is known by its messageId. */
  window.addEventListener('pagehide', function () {
    if (queue.length && window.navigator.sendBeacon)
      window.navigator.sendBeacon(host + '/v1/b', body(queue.slice(0, 50)));
  });

  function isObject(v) {
    return v && typeof v === 'object' && !Array.isArray(v);
  }

  function callback(args) {
    return typeof args[args.length - 1] === 'function' ? args[args.length - 1] : undefined;
  }

  var api = {
    page: function (category, name, properties) {
      var given = [].filter.call(arguments, function (a) {
        return typeof a === 'string';
      });
      var p = [].filter.call(arguments, isObject)[0] || {};
      var full = pageOf();
      Object.keys(p).forEach(function (k) {
        full[k] = p[k];
      });
      put(
        message('page', {
          category: given.length > 1 ? given[0] : undefined,
          name: given.length > 1 ? given[1] : given[0],
          properties: full,
        }),
        callback(arguments),
      );
    },
    track: function (event, properties) {
      put(
        message('track', { event: String(event), properties: isObject(properties) ? properties : {} }),
        callback(arguments),
      );
    },
    identify: function (userId, given) {
      if (isObject(userId)) {
        given = userId;
        userId = undefined;
      }
      if (userId !== undefined && userId !== null) write(USER, String(userId));
      if (isObject(given))
        Object.keys(given).forEach(function (k) {
          traits[k] = given[k];
        });
      put(message('identify', { traits: isObject(given) ? given : {} }), callback(arguments));
    },
    group: function (groupId, given) {
      put(
        message('group', { groupId: String(groupId), traits: isObject(given) ? given : {} }),
        callback(arguments),
      );
    },
    alias: function (userId, previousId) {
      var before = previousId || read(USER) || anonymousId();
      write(USER, String(userId));
      put(message('alias', { previousId: String(before) }), callback(arguments));
    },
    reset: function () {
      write(USER, '');
      write(COOKIE, '');
      traits = {};
    },
    ready: function (done) {
      if (typeof done === 'function') window.setTimeout(done, 0);
    },
    user: function () {
      return {
        id: function () {
          return read(USER) || null;
        },
        anonymousId: anonymousId,
        traits: function () {
          return traits;
        },
      };
    },
    setAnonymousId: function (value) {
      write(COOKIE, String(value));
      return value;
    },
    trackForm: function (forms, event, properties) {
      [].concat(forms.length === undefined ? forms : [].slice.call(forms)).forEach(function (form) {
        form.addEventListener('submit', function () {
          api.track(event, typeof properties === 'function' ? properties(form) : properties);
        });
      });
    },
    trackLink: function (links, event, properties) {
      [].concat(links.length === undefined ? links : [].slice.call(links)).forEach(function (link) {
        link.addEventListener('click', function () {
          api.track(event, typeof properties === 'function' ? properties(link) : properties);
        });
      });
    },
  };
  api.trackSubmit = api.trackForm;
  api.trackClick = api.trackLink;

  /* Calls that the snippet collected before this script came. */
  var name =
    script.getAttribute('data-global-segment-analytics-key') || window._analytics_global_key || 'analytics';
  var before = window[name];
  window[name] = api;
  window.gradus = api;
  if (Array.isArray(before)) {
    before.forEach(function (args) {
      args = [].slice.call(args);
      var method = args.shift();
      if (typeof api[method] === 'function')
        api[method].apply(
          api,
          args.filter(function (a) {
            return !(isObject(a) && a.__t === 'bpc'); /* the snippet's own note of the page */
          }),
        );
    });
  }
})(window, document);
