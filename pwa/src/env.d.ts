/** Version of the app from package.json, put in by the build; sent as `X-Sambung-Client: pwa/VERSION`. */
declare const __APP_VERSION__: string;
