export const espotaUsage = "Usage: sluice espota [options]\n";

/** Laid out as optparse does; tools that look into it find their option. */
export const espotaHelp = `${espotaUsage}
Transmit image over the air to the module with OTA support. Takes the options of espota.py, so that Arduino IDE and
PlatformIO can call it in its place.

Options:
  -h, --help            show this help message and exit

  Destination:
    -i ESP_IP, --ip=ESP_IP
                        ESP IP Address.
    -I HOST_IP, --host_ip=HOST_IP
                        Host IP Address.
    -p ESP_PORT, --port=ESP_PORT
                        ESP ota Port. Default 8266
    -P HOST_PORT, --host_port=HOST_PORT
                        Host server ota Port. Default random 10000-60000

  Authentication:
    -a AUTH, --auth=AUTH
                        Set authentication password. Others on this computer
                        can read it in the process list; \`sluice upload\` takes
                        it from a file.
    -m, --md5-target    The module keeps an MD5 hash of its password.

  Image:
    -f FILE, --file=FILE
                        Image file. FILE.signed is sent instead if it exists.
    -s, --spiffs        Use this option to transmit a SPIFFS image and do not
                        flash the module.

  Output:
    -t TIMEOUT, --timeout=TIMEOUT
                        Seconds to wait for an answer to the invitation.
                        Default 10
    -d, --debug         Show debug output. And override loglevel with debug.
    -r, --progress      Show progress output. Does not work for ArduinoIDE

Example:
  sluice espota -i 192.168.1.7 -p 8266 -f sketch.bin -r
`;
