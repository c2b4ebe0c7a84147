// A second opinion: an SMS centre by the npm package smpp. One line of JSON for each thing that happens.
'use strict';
const smpp = require('smpp');

const say = (told) => process.stdout.write(JSON.stringify(told) + '\n');
let count = 0;

const server = smpp.createServer((session) => {
  session.on('error', () => session.close());
  session.on('bind_transceiver', (pdu) => {
    if (pdu.password !== 'local') {
      session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
      session.close();
      return;
    }
    session.send(pdu.response({ system_id: 'node' }));
  });
  session.on('submit_sm', (pdu) => {
    const id = (++count + 41).toString(16).padStart(8, '0');
    const message = pdu.short_message.message;
    const udh = pdu.short_message.udh;
    say({ id, to: pdu.destination_addr, ton: pdu.dest_addr_ton, coding: pdu.data_coding, message,
      udh: udh ? Buffer.concat(udh.map((each) => Buffer.from(each))).toString('hex') : '' });
    session.send(pdu.response({ message_id: id }));
    session.deliver_sm({
      source_addr: pdu.destination_addr,
      destination_addr: 'juqu',
      esm_class: 4,
      short_message: `id:${parseInt(id, 16)} sub:001 dlvrd:001 submit date:1806111700 done date:1806111701 ` +
        'stat:DELIVRD err:0A1 Text:x',
    }, (response) => say({ receipt: id, status: response.command_status }));
  });
  session.on('query_sm', (pdu) => session.send(pdu.response({
    message_id: pdu.message_id, final_date: '', message_state: 2, error_code: 0,
  })));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
});
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));
